using System.Runtime.CompilerServices;

namespace Bellman.Numerics;

// Backward differentiation: gradients of one value towards many.
public sealed unsafe partial class Tape
{
    // What the pass in progress differentiates towards: an optimizer's parameters, or those of a vector, whose gradients lie at its offsets from here.
    private Optimizer? owner;
    private ParameterVector? vector;
    private float* vectorGradient;

    /// <summary>Gradients of weight·loss towards the parameters of one optimizer, added to those the parameters hold.</summary>
    internal void Backward(Tensor loss, Optimizer towards, float weight = 1)
    {
        CheckLoss(loss);
        (owner, vector) = (towards, null);
        Differentiate(loss, weight, []);
    }

    /// <summary>The gradient of a loss towards parameters, at the vector's offsets from a pointer.</summary>
    internal void Backward(Tensor loss, ParameterVector towards, float* gradient)
    {
        CheckLoss(loss);
        new Span<byte>(gradient, checked((int)towards.PaddedCount * sizeof(float))).Clear();
        (owner, vector) = (null, towards);
        vectorGradient = gradient;
        Differentiate(loss, 1, []);
    }

    /// <summary>The gradients of the sum of a value's elements towards other values, as values without gradient.</summary>
    internal void Backward(Tensor output, ReadOnlySpan<Tensor> towards, Span<Tensor> gradients)
    {
        CheckRecording();
        Node(output);
        (owner, vector) = (null, null);
        for (var i = 0; i < towards.Length; i++)
        {
            gradients[i] = Fill(0, Node(towards[i]).Shape);
        }

        Differentiate(output, 1, towards, gradients);
    }

    /// <summary>Where an input's gradient goes: memory to be written, or added to if <paramref name="accumulate"/>. Null if nobody needs it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal float* GradientOf(int index, out bool accumulate)
    {
        if (index < 0)
        {
            accumulate = false;
            return null;
        }

        ref var node = ref nodes[index];
        if (!node.Needed)
        {
            accumulate = false;
            return null;
        }

        return GradientOf(ref node, out accumulate);
    }

    /// <summary>As <see cref="GradientOf(int, out bool)"/>, zeroed on first use, so that it can always be added to.</summary>
    internal float* GradientToAddTo(int index)
    {
        var gradient = GradientOf(index, out var accumulate);
        if (gradient != null && !accumulate)
        {
            new Span<float>(gradient, (int)AlignedMemory.Pad(nodes[index].Count)).Clear();
        }

        return gradient;
    }

    /// <summary>Passes a node's whole gradient on to an input of as many elements; without a copy where it is the first to arrive there.</summary>
    internal void PassGradient(ref Node node, int input)
    {
        ref var receiver = ref nodes[input];
        if (receiver.Needed && receiver.Gradient == null && receiver.Count == node.Count)
        {
            receiver.Gradient = node.Gradient;
            node.Gradient = null;
            return;
        }

        var destination = GradientOf(input, out var accumulate);
        if (destination != null)
        {
            KernelDispatch.Run(new AffineKernel(node.Gradient, destination, node.Count, 1, 0, accumulate), node.Count);
        }
    }

    private float* GradientOf(ref Node node, out bool accumulate)
    {
        accumulate = node.Gradient != null;
        if (!accumulate)
        {
            node.Gradient = arena.AllocateOwned(node.Count);
        }

        return node.Gradient;
    }

    private void CheckRecording()
    {
        if (!Recording)
        {
            throw new InvalidOperationException("This tape records nothing; make the loss on a tape made with recording: true.");
        }
    }

    internal void CheckLoss(Tensor loss)
    {
        CheckRecording();
        if (Node(loss).Count != 1)
        {
            throw new ArgumentException($"A loss has one element, but this one has the shape {loss.Shape}; take its Mean() or Sum().", nameof(loss));
        }
    }

    private void Differentiate(Tensor output, float weight, ReadOnlySpan<Tensor> wanted, ReadOnlySpan<Tensor> gradients = default)
    {
        MarkNeeded(0, output.Index, wanted, gradients);
        ref var last = ref nodes[output.Index];
        if (!last.Needed)
        {
            if (owner is not null)
            {
                throw new ArgumentException("The loss does not depend on any parameter of this optimizer.", nameof(output));
            }

            return;
        }

        var scope = Mark();
        arena.BeginReuse();
        try
        {
            KernelDispatch.Run(new FillKernel(GradientOf(ref last, out var accumulate), last.Count, weight, accumulate));
            RunBackward(0, output.Index);
        }
        finally
        {
            arena.EndReuse();
            if (NodeCount != scope.Nodes)
            {
                // A block that was computed again has failed halfway.
                DropNodes(scope);
            }
        }
    }

    // A gradient is complete when its node's turn comes, and of no more use after it.
    private void RunBackward(int first, int last)
    {
        for (var i = last; i >= first; i--)
        {
            ref var node = ref nodes[i];
            if (!node.Needed || node.Gradient == null || node.Backward == null || node.Wanted)
            {
                continue;
            }

            var taken = arena.LogCount;
            node.Backward(this, ref node);

            // A recomputed block makes values, for which the list of nodes may have moved.
            ref var done = ref nodes[i];
            if (done.Gradient != null)
            {
                arena.Free(done.Gradient, done.Count);
                done.Gradient = null;
            }

            arena.FreeLogged(taken);
        }
    }

    // One pass in recording order: a value is needed if it is wanted, if any input is needed, or as a leaf if its parameter is differentiated towards.
    private void MarkNeeded(int first, int last, ReadOnlySpan<Tensor> wanted = default, ReadOnlySpan<Tensor> gradients = default)
    {
        for (var i = first; i <= last; i++)
        {
            ref var node = ref nodes[i];
            node.Gradient = null;
            node.Wanted = false;
            if (node.Parameter >= 0)
            {
                node.Gradient = GradientOf(parameters[node.Parameter]);
                node.Needed = node.Gradient != null;
            }
            else
            {
                node.Needed = (node.A >= 0 && nodes[node.A].Needed) || (node.B >= 0 && nodes[node.B].Needed) || (node.C >= 0 && nodes[node.C].Needed);
                foreach (var input in InputsOf(node))
                {
                    node.Needed |= nodes[input].Needed;
                }
            }

            for (var w = 0; w < wanted.Length; w++)
            {
                if (wanted[w].Index == i)
                {
                    node.Wanted = node.Needed = true;
                    node.Gradient = nodes[gradients[w].Index].Value;
                }
            }
        }
    }

    private float* GradientOf(Parameter parameter)
    {
        if (owner is not null)
        {
            return parameter.Owner == owner ? parameter.GradientMemory : null;
        }

        return vector is not null && vector.TryOffset(parameter, out var offset) ? vectorGradient + offset : null;
    }
}
