namespace Bellman.Numerics;

/// <summary>One value on a tape, and how its gradient reaches the values it was made from.</summary>
internal unsafe struct Node
{
    /// <summary>The elements, in the tape's arena or in a parameter.</summary>
    public float* Value;

    /// <summary>The gradient of the loss towards this value; null while nothing has flowed here.</summary>
    public float* Gradient;

    /// <summary>Adds this node's gradient, through the operation's derivative, to its inputs'. Null for leaves.</summary>
    public delegate*<Tape, ref Node, void> Backward;

    /// <summary>Records this node's tangent, as ordinary operations, from its inputs'. Null for leaves; an operation without one cannot be differentiated forwards.</summary>
    public delegate*<in TangentInputs, Tensor?> Tangent;

    /// <summary>The sizes of the axes.</summary>
    public Shape Shape;

    /// <summary>How many elements.</summary>
    public nint Count;

    /// <summary>The inputs' nodes, -1 where there are fewer.</summary>
    public int A, B, C;

    /// <summary>Inputs beyond three: where they start in the tape's list, and how many there are.</summary>
    public int MoreStart, MoreCount;

    /// <summary>A leaf's parameter, as an index into the tape's list; -1 for none.</summary>
    public int Parameter;

    /// <summary>Numbers of the operation's own.</summary>
    public float Float0, Float1;

    /// <summary>Numbers of the operation's own.</summary>
    public int Int0, Int1;

    /// <summary>Memory of the operation's own, in the arena.</summary>
    public void* Extra;

    /// <summary>Whether something that is differentiated towards lies behind this node, or is this node; set by the backward pass.</summary>
    public bool Needed;

    /// <summary>Whether this value is differentiated towards: its gradient stays and goes no further; set by the backward pass.</summary>
    public bool Wanted;
}
