namespace Bellman.Numerics;

// Taking back the latest values alone.
public sealed unsafe partial class Tape
{
    /// <summary>How full the tape is, to come back to. No tensor made since may be in anybody's hands then.</summary>
    internal Scope Mark() => new(NodeCount, moreCount, parameters.Count, blocks.Count, operationsOfUsers.Count, arena.Mark());

    /// <summary>Takes back every value made since.</summary>
    internal void Rewind(in Scope scope)
    {
        DropNodes(scope);
        arena.Rewind(scope.Memory);
    }

    private void DropNodes(in Scope scope)
    {
        NodeCount = scope.Nodes;
        moreCount = scope.More;
        parameters.RemoveRange(scope.Parameters, parameters.Count - scope.Parameters);
        blocks.RemoveRange(scope.Blocks, blocks.Count - scope.Blocks);
        operationsOfUsers.RemoveRange(scope.UserOperations, operationsOfUsers.Count - scope.UserOperations);
    }

    internal readonly record struct Scope(int Nodes, int More, int Parameters, int Blocks, int UserOperations, Arena.Position Memory);
}
